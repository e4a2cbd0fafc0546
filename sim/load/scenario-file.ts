/**
 * Reads a scenario file: YAML, or JSON as its subset. Every fault of the file is told at once, with its line and its
 * path; nothing is started for a file that has one.
 *
 * @module
 */
import { isMap, isScalar, isSeq, type ParsedNode } from 'yaml';
import type { z } from 'zod';
import { executorOf } from './executor.ts';
import type { PROFILES } from './options.ts';
import { type Layer, type OptionName, PROFILE_LAYERS, resolve } from './scenario-resolve.ts';
import { type ScenarioFile, scenarioSchema } from './scenario-schema.ts';
import { readYaml } from './scenario-yaml.ts';

export interface ScenarioProblem {
  /** From 1. */
  readonly line: number;
  /** e.g. `stages[1].duration`; empty for the file as a whole. */
  readonly path: string;
  readonly text: string;
}

export interface Scenario {
  readonly layer: Layer;
  readonly profile: (typeof PROFILES)[number] | null;
}

type Path = readonly PropertyKey[];

/** @param file its name, for origins. */
export function readScenario(
  text: string,
  file: string,
): Scenario | { readonly problems: ScenarioProblem[] } {
  const yaml = readYaml(text);
  if ('problems' in yaml)
    return { problems: yaml.problems.map((problem) => printable({ path: '', ...problem })) };
  const lineOf = (path: Path) => yaml.lineAt(offsetOf(yaml.root, path));
  const { file: read, issues } = check(yaml.value);
  const problems = issues.map(({ path, text: said }) => ({
    line: lineOf(path),
    path: pathText(path),
    text: said,
  }));
  const executor = executorOf(read);
  const clash = executor !== null && 'problem' in executor ? executor : null;
  if (clash !== null) {
    problems.push({ line: lineOf([clash.key]), path: clash.key, text: clash.problem });
  }
  const values = valuesOf(read, clash === null ? (executor as Layer['values']['executor'] | null) : null);
  const keyOf = (name: OptionName) => keysOf(name).find((key) => key in read) ?? name;
  const layer: Layer = { values, origin: (name) => `${file}:${lineOf([keyOf(name)])}` };
  const profile = read.profile ?? null;
  for (const { name, problem } of resolve(withProfile(profile, [layer]), profile).misfits) {
    problems.push({ line: lineOf([keyOf(name)]), path: keyOf(name), text: problem });
  }
  if (problems.length === 0) return { layer, profile };
  return { problems: problems.sort((a, b) => a.line - b.line).map(printable) };
}

const TEXT_LENGTH_MAX = 1000;

/** A file may quote its writer a screen's control codes, or a page of text where a number belongs. */
function printable({ line, path, text }: ScenarioProblem): ScenarioProblem {
  const plain = (words: string) =>
    words
      .slice(0, TEXT_LENGTH_MAX)
      .replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, (c) => `\\u{${c.codePointAt(0)?.toString(16)}}`);
  return { line, path: plain(path), text: plain(text) };
}

/** The profile's layer below the others. */
export function withProfile(profile: Scenario['profile'], layers: readonly Layer[]): readonly Layer[] {
  if (profile === null) return layers;
  return [{ values: PROFILE_LAYERS[profile], origin: () => `profile ${profile}` }, ...layers];
}

interface Issue {
  readonly path: Path;
  readonly text: string;
}

/** What is wrong, and what is left of the file without that, so that the rest can be checked too. */
function check(value: unknown): { readonly file: ScenarioFile; readonly issues: readonly Issue[] } {
  const parsed = scenarioSchema.safeParse(value);
  if (parsed.success) return { file: parsed.data, issues: [] };
  const issues = parsed.error.issues.flatMap((issue) => issuesOf(issue, []));
  const bad = new Set(issues.map(({ path }) => path[0]));
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  const good = isObject ? Object.entries(value).filter(([key]) => !bad.has(key)) : [];
  return { file: scenarioSchema.parse(Object.fromEntries(good)), issues };
}

/** Of a value that may be written in two ways, what is wrong with the way it was meant. */
function issuesOf(issue: z.core.$ZodIssue, at: Path): Issue[] {
  const path = [...at, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    const texts = issue.message.split('\n');
    return issue.keys.map((key, i) => ({ path: [...path, key], text: texts[i] ?? issue.message }));
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const meant = issue.errors.find((errors) => !errors.some(isOfAnotherKind));
    if (meant) return meant.flatMap((each) => issuesOf(each, path));
  }
  return [{ path, text: issue.message }];
}

const isOfAnotherKind = (issue: z.core.$ZodIssue) => issue.path.length === 0 && issue.code === 'invalid_type';

const pathText = (path: Path): string =>
  path
    .map((part, i) => (typeof part === 'number' ? `[${part}]` : `${i > 0 ? '.' : ''}${String(part)}`))
    .join('');

/** Where the deepest part of the path that is there begins. */
function offsetOf(root: ParsedNode | null, path: Path): number {
  let node: unknown = root;
  let offset = root?.range[0] ?? 0;
  for (const part of path) {
    let found: { at: number; value: unknown } | null = null;
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(part));
      if (pair && isScalar(pair.key)) found = { at: pair.key.range?.[0] ?? offset, value: pair.value };
    } else if (isSeq(node) && typeof part === 'number') {
      const item = node.items[part] as ParsedNode | undefined;
      if (item) found = { at: item.range[0], value: item };
    }
    if (found === null) break;
    offset = found.at;
    node = found.value;
  }
  return offset;
}

/** The keys of a file that an option comes from. */
function keysOf(name: OptionName): readonly string[] {
  switch (name) {
    case 'scenario':
      return ['name'];
    case 'durationMs':
      return ['duration'];
    case 'drainMs':
      return ['drain'];
    case 'remotePct':
      return ['remote'];
    case 'executor':
      return ['stages', 'rate', 'iterations', 'executor', 'startRate'];
    default:
      return [name];
  }
}

function valuesOf(file: ScenarioFile, executor: Layer['values']['executor'] | null): Layer['values'] {
  const { name, duration, drain, remote, amounts, profile: _p, executor: _e, ...rest } = file;
  const { rate: _r, startRate: _s, stages: _st, iterations: _i, ...same } = rest;
  const { overLimit, ...ranges } = amounts ?? {};
  return present({
    ...same,
    scenario: name,
    durationMs: duration,
    drainMs: drain,
    remotePct: remote,
    executor: executor ?? undefined,
    amounts: amounts && present({ ...ranges, overLimitPct: overLimit }),
  }) as Layer['values'];
}

/** Without the keys that are undefined: a value that is not given must not hide one below. */
function present<T extends object>(values: T): object {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
