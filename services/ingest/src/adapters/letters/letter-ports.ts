/** What dead letters need from outside: the key of their ids, and the keys that they are sealed to. */
import { type LetterPorts, letterNaming } from '../../letters.ts';
import { openLetterKey } from './letter-key.ts';
import { readRecipients } from './recipients-file.ts';
import { createSealer } from './sealer.ts';

/** @throws RecipientsFileError, LetterKeyError; rejects where the folder or a file can't be used */
export async function openLetterPorts(
  stateFolder: string,
  recipientsFile: string | null,
): Promise<Pick<LetterPorts, 'nameLetter' | 'seal'>> {
  const recipients = await readRecipients(recipientsFile);
  const key = await openLetterKey(stateFolder);
  return {
    nameLetter: letterNaming(key),
    seal: createSealer({ recipients, now: () => performance.now() }),
  };
}
