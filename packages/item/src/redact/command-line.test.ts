import { describe, expect, it } from '@jest/globals';
import { scanArguments, scanCommandLine } from './command-line.ts';
import { type Found } from './found.ts';

function masked(chars: string, parts: readonly Found[]): string {
  let [at, text] = [0, ''];
  for (const { start, end } of parts) {
    text += `${chars.slice(at, start)}#`;
    at = end;
  }
  return text + chars.slice(at);
}

describe('a command line', () => {
  it.each([
    ['ls -l /', 'ls -l /'],
    ['cat /etc/shadow; id', 'cat /etc/shadow; id'],
    ['docker run -p 8080:80 -u root nginx', 'docker run -p 8080:80 -u root nginx'],
    ['mysql -P3306 -uroot -ps3cret db', 'mysql -P3306 -uroot -p# db'],
    ['mysql -uroot -p"a b" db', 'mysql -uroot -p# db'],
    ["sh -c 'mysql -ps3cret; ls' x", "sh -c 'mysql -p# ls' x"],
    ['sh -c \'mysql --password="a b" db\'', "sh -c 'mysql --password=# db'"],
    ['/bin/sh -c mysql -ps3cret', '/bin/sh -c mysql -p#'],
    ['PGPASSWORD=x psql -h db', 'PGPASSWORD=# psql -h db'],
    ['tool --token abc --verbose', 'tool --token # --verbose'],
    ['tool --token --verbose x', 'tool --token --verbose x'],
    ['tool --token "a b" c', 'tool --token # c'],
    ['sshpass -p x ssh host', 'sshpass -p # ssh host'],
    ['sshpass -px ssh host', 'sshpass -p# ssh host'],
    ['redis-cli -h r -a x ping', 'redis-cli -h r -a # ping'],
    ['/usr/bin/curl -u bob:x https://a.example', '/usr/bin/curl -u bob:# https://a.example'],
    ['curl -ubob:x https://a.example', 'curl -ubob:# https://a.example'],
    ['curl -H "Authorization: Bearer abc" https://a', 'curl -H "Authorization: #" https://a'],
    ['docker login -u bob -p x r.example', 'docker login -u bob -p # r.example'],
    ['helm registry login r -u b --password x', 'helm registry login r -u b --password #'],
    ['ldapsearch -D cn=a -w x -b dc=b', 'ldapsearch -D cn=a -w # -b dc=b'],
    ['mongosh -u a -p x', 'mongosh -u a -p #'],
    ['sqlcmd -S s -P x', 'sqlcmd -S s -P #'],
    ['smbclient //h/s -U bob%x', 'smbclient //h/s -U bob%#'],
    ['openssl rsa -passin pass:x -in k', 'openssl rsa -passin pass:# -in k'],
    ['zip -P x a.zip b', 'zip -P # a.zip b'],
    ['7z x -psecret a.7z', '7z x -p# a.7z'],
    ['vault login x', 'vault login #'],
    ['aws configure set aws_secret_access_key x', 'aws configure set aws_secret_access_key #'],
    [
      'kubectl create secret generic s --from-literal=k=x',
      'kubectl create secret generic s --from-literal=k=#',
    ],
    [
      'kubectl create secret generic s --from-literal k=x',
      'kubectl create secret generic s --from-literal k=#',
    ],
    ['echo root:x | chpasswd', 'echo root:# | chpasswd'],
    ['true && sudo mysql -px', 'true && sudo mysql -p#'],
    ['git clone https://bob:x@git.example/r.git', 'git clone https://bob:#@git.example/r.git'],
    ['psql postgres://u:x@db/app', 'psql postgres://u:#@db/app'],
  ])('%s', (line, expected) => {
    expect(masked(line, scanCommandLine(line))).toBe(expected);
  });
});

describe('a list of arguments', () => {
  it.each([
    [
      ['mysql', '-p', 'db'],
      ['mysql', '-p', 'db'],
    ],
    [
      ['mysql', '--password=a b', 'c'],
      ['mysql', '--password=#', 'c'],
    ],
    [
      ['tool', '--password', 'a b', 'c'],
      ['tool', '--password', '#', 'c'],
    ],
    [
      ['sh', '-c', 'PGPASSWORD=x psql -c "select 1"'],
      ['sh', '-c', 'PGPASSWORD=# psql -c "select 1"'],
    ],
    [
      ['bash', '-lc', 'mysql -px db'],
      ['bash', '-lc', 'mysql -p# db'],
    ],
    [
      ['ssh', 'host', 'mysql -px db'],
      ['ssh', 'host', 'mysql -p# db'],
    ],
    [
      ['env', 'TOKEN=a b', 'run'],
      ['env', 'TOKEN=#', 'run'],
    ],
    [
      ['sh', '-c', 'ls'],
      ['sh', '-c', 'ls'],
    ],
  ])('%j', (args, expected) => {
    const found = scanArguments(args);
    expect(args.map((arg, index) => masked(arg, found[index] ?? []))).toEqual(expected);
  });
});
