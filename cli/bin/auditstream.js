#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';

const program = join(import.meta.dirname, '..', 'dist', 'main.js');
if (existsSync(program)) {
  await import(pathToFileURL(program).href);
} else {
  process.stderr.write(
    "auditstream: This clone is not built yet: run 'npm start', or 'npm ci' and 'npm run build'.\n",
  );
  process.exitCode = 2;
}
