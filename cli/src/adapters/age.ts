/** Unseals what is sealed in the format of age (C2SP age, https://c2sp.org/age). */
import { readFile } from 'node:fs/promises';
import { Decrypter } from 'age-encryption';
import { CliError } from '../errors.ts';

/** @throws CliError where the file holds no private key, or none that the bytes are sealed to */
export type Unseal = (sealed: Buffer, identityFile: string) => Promise<Buffer>;

/** With any of the private keys in a file as `age-keygen` writes it. */
export const unsealBytes: Unseal = async (sealed, identityFile) => {
  const decrypter = new Decrypter();
  for (const identity of await readIdentities(identityFile)) decrypter.addIdentity(identity);
  try {
    return Buffer.from(await decrypter.decrypt(sealed));
  } catch (cause) {
    const message = `No key in ${identityFile} opens it: 'auditstream dead-letters show' names the public keys that it is sealed to.`;
    throw new CliError(message, { cause });
  }
};

/** The message has nothing of the file's content. */
async function readIdentities(path: string): Promise<readonly string[]> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new CliError(`The identity file ${path} cannot be read.`, { cause });
  });
  const lines = text.split('\n').map((line) => line.trim());
  const identities = lines.filter((line) => line !== '' && !line.startsWith('#'));
  if (
    identities.length > 0 &&
    identities.every((line) => /^AGE-SECRET-KEY-1[A-Z0-9]{58}$/.test(line))
  )
    return identities;
  throw new CliError(
    `The identity file ${path} is not as age-keygen writes it: lines of AGE-SECRET-KEY-1…, and comments. A file that is itself encrypted has to be decrypted first.`,
  );
}
