/** What stands in the place of all that was taken out. */
export const marker = '[redacted]';
