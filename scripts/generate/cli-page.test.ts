import { describe, expect, it } from '@jest/globals';
import { Command } from 'commander';
import { renderCliPage } from './cli-page.ts';

function sampleProgram(): Command {
  const program = new Command('tool').description('does things');
  const group = program.command('group').description('several things');
  group.command('one <id>').description('one thing').option('--json', 'as JSON');
  program.command('last').description(`a text ${'that goes on '.repeat(10)}`);
  return program;
}

describe('the page of commands', () => {
  const page = renderCliPage(sampleProgram());

  it('has every command, parents before children', () => {
    expect(page.match(/^## .*/gm)).toEqual([
      '## tool',
      '## tool group',
      '## tool group one',
      '## tool last',
    ]);
  });

  it('has the help that the command itself gives', () => {
    expect(page).toContain(
      'Usage: tool group one [options] <id>\n\none thing\n\nOptions:\n  --json',
    );
  });

  it('is never wider than the page', () => {
    expect(page.split('\n').filter((line) => line.length > 101)).toEqual([]);
  });
});
