import { SigmaError } from '../error.ts';
import { parseRule } from '../parse.ts';

/** A rule around a detection, whose first line comes to stand at line 5, column 3. */
export function ruleWith(detection: string): string {
  return `title: t\nlogsource:\n  product: p\ndetection:\n${detection.replaceAll(/^/gm, '  ')}\n`;
}

/** The error with which a text is refused; throws where it is not. */
export function refusalOf(text: string): SigmaError {
  try {
    parseRule(text);
  } catch (error) {
    if (error instanceof SigmaError) return error;
    throw error;
  }
  throw new Error('the rule was not refused');
}
