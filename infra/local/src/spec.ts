import { type Account } from './account.ts';
import { type Coordinates, type EngineName } from './artifacts.ts';
import { type PortName, type Ports } from './ports.ts';

/** What an engine is told about the place where it runs. */
export interface EngineContext {
  /** Its laid-out programs; read only. */
  readonly home: string;
  /** Its own folder for data and configuration; survives restarts. */
  readonly dir: string;
  /** Path of the `java` program. */
  readonly java: string;
  readonly ports: Ports;
  /** Size of the heap in Java's spelling, such as `512m`. */
  readonly heap: string;
  readonly account: Account | undefined;
}

/** The arguments of `java`, and the whole environment of the process. */
export interface JavaCommand {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** How one engine is had from Maven artifacts, configured, started and known to be ready. */
export interface EngineSpec {
  readonly name: EngineName;
  readonly title: string;
  readonly version: string;
  readonly ports: readonly PortName[];
  readonly heap: string;
  /** How long it may take to end by itself, in milliseconds. */
  readonly stopGraceMs: number;
  /** The artifacts whose dependencies make up the engine. */
  readonly roots: readonly string[];
  /** The folder of an artifact below the home; undefined for one that isn't needed. */
  readonly place: (artifact: Coordinates) => string | undefined;
  /** Turns the placed files into a home, where more than placing is needed. */
  readonly completeHome?: (home: string) => Promise<void>;
  /** Writes configuration; called before each start. */
  readonly prepare: (context: EngineContext) => Promise<void>;
  readonly command: (context: EngineContext) => JavaCommand;
  /** Where clients reach it. */
  readonly address: (ports: Ports) => string;
  /** True once it does its work; never throws for an engine that isn't there yet. */
  readonly isReady: (ports: Ports) => Promise<boolean>;
}

/** Options of every Java process here: its heap, and an end instead of a limp after memory ran out. */
export function javaOptions(heap: string, temp: string): string[] {
  return [
    `-Xms${heap}`,
    `-Xmx${heap}`,
    '-XX:+UseG1GC',
    '-XX:+ExitOnOutOfMemoryError',
    '-XX:-UsePerfData',
    `-Djava.io.tmpdir=${temp}`,
    '-Dfile.encoding=UTF-8',
    '--enable-native-access=ALL-UNNAMED',
  ];
}
