/** The options by which well-known programs take a secret that no name tells of. */

/** How a program takes its secret. */
export interface SecretOptions {
  /** Options whose next word is the secret. */
  readonly next?: readonly string[];
  /** Options behind which the secret stands in the same word. */
  readonly attached?: readonly string[];
  /** Options whose next word is `user:password`, `user%password` or `key=value`. */
  readonly pair?: readonly string[];
  /** Options behind which such a pair stands in the same word. */
  readonly attachedPair?: readonly string[];
  /** Words, no options, whose next word is the secret. */
  readonly behind?: readonly string[];
  /** Whether `-c` brings another command. */
  readonly shell?: boolean;
  /** A word that has to come before; without it the options mean something else. */
  readonly after?: string;
}

const mysql: SecretOptions = { attached: ['-p'] };
const login: SecretOptions = { next: ['-p'], attached: ['-p'], after: 'login' };
const ldap: SecretOptions = { next: ['-w'], attached: ['-w'] };
const mongo: SecretOptions = { next: ['-p'] };
const sql: SecretOptions = { next: ['-P'], attached: ['-P'] };
const samba: SecretOptions = { pair: ['-U', '--user'], attachedPair: ['--user='] };
const curl: SecretOptions = {
  pair: ['-u', '--user', '-U', '--proxy-user'],
  attachedPair: ['-u', '-U', '--user=', '--proxy-user='],
};
const zip: SecretOptions = { next: ['-P'] };

const byProgram: readonly (readonly [programs: string, SecretOptions])[] = [
  ['mysql mysqldump mysqladmin mysqlimport mysqlcheck mysqlshow mysqlsh', mysql],
  ['mariadb mariadb-dump mariadb-admin mariadb-import mariadb-check', mysql],
  ['docker podman nerdctl skopeo buildah crane helm oras regctl az cf oc', login],
  ['ldapsearch ldapmodify ldapadd ldapdelete ldapwhoami ldappasswd ldapcompare', ldap],
  ['mongo mongosh mongodump mongorestore mongoexport mongoimport', mongo],
  ['sqlcmd osql bcp', sql],
  ['smbclient rpcclient net smbget', samba],
  ['zip unzip', zip],
  ['sshpass', { next: ['-p'], attached: ['-p'] }],
  ['redis-cli valkey-cli keydb-cli', { next: ['-a'] }],
  ['curl', curl],
  ['etcdctl', { pair: ['--user'], attachedPair: ['--user='] }],
  ['7z 7za 7zz', { attached: ['-p'] }],
  ['openssl', { attached: ['pass:'], next: ['-k'] }],
  ['kubectl', { pair: ['--from-literal'], attachedPair: ['--from-literal='] }],
  ['sh bash dash ash zsh ksh su runuser', { shell: true }],
  ['vault bao', { behind: ['login'] }],
];

const optionsOf: ReadonlyMap<string, SecretOptions> = new Map(
  byProgram.flatMap(([programs, options]) =>
    programs.split(' ').map((program) => [program, options] as const),
  ),
);

/** The options of a program, however it is called; none where it isn't known. */
export function secretOptions(command: string): SecretOptions {
  return optionsOf.get(command.slice(command.lastIndexOf('/') + 1)) ?? {};
}
