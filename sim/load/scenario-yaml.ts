/**
 * The YAML below a scenario file: text to a plain value, or what is wrong with it as YAML. A file comes from anywhere, so
 * what would blow up is refused: aliases that multiply or that contain themselves, nesting without end, sheer size.
 *
 * @module
 */
import { type Document, LineCounter, type ParsedNode, parseDocument, visit } from 'yaml';

export interface YamlProblem {
  /** From 1. */
  readonly line: number;
  readonly text: string;
}

export interface YamlFile {
  readonly root: ParsedNode | null;
  /** Plain values without cycles. */
  readonly value: unknown;
  /** The line, from 1, of an offset into the text. */
  lineAt(offset: number): number;
}

/** Of a file, UTF-16 code units. */
export const SCENARIO_LENGTH_MAX = 65_536;

export function readYaml(text: string): YamlFile | { readonly problems: readonly YamlProblem[] } {
  if (text.length > SCENARIO_LENGTH_MAX) {
    return { problems: [{ line: 1, text: `A scenario has at most ${SCENARIO_LENGTH_MAX} characters` }] };
  }
  if (isDeep(text)) return { problems: [{ line: 1, text: 'Nested too deeply' }] };
  const lines = new LineCounter();
  const lineAt = (offset: number) => Math.max(1, lines.linePos(offset).line);
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
  const broken = document.errors.map(({ pos, message }) => ({ line: lineAt(pos[0]), text: message }));
  if (broken.length > 0) return { problems: broken };
  const alias = aliasProblem(document);
  if (alias !== null) return { problems: [{ line: lineAt(alias.offset), text: alias.text }] };
  try {
    return { root: document.contents, value: document.toJS(), lineAt };
  } catch (error) {
    // What only shows when aliases are put in: that they multiply.
    return { problems: [{ line: 1, text: error instanceof Error ? error.message : String(error) }] };
  }
}

/** The parser calls itself for each level, and a stack has an end. Brackets in quotes count too: nobody needs so many. */
function isDeep(text: string): boolean {
  let depth = 0;
  for (const bracket of text.match(/[[\]{}]/g) ?? []) {
    depth += bracket === '[' || bracket === '{' ? 1 : depth > 0 ? -1 : 0;
    if (depth > DEPTH_MAX) return true;
  }
  return MARKS_IN_A_ROW.test(text);
}

const DEPTH_MAX = 100;
/** Of lists in lists, on one line. */
const MARKS_IN_A_ROW = /(?:[-?:][ \t]+){100}/;

/** The first alias that stands for nothing, or for something it is part of. */
function aliasProblem(
  document: Document.Parsed<ParsedNode>,
): { readonly offset: number; readonly text: string } | null {
  let found: { offset: number; text: string } | null = null;
  visit(document, {
    Alias(_, alias, path) {
      const target = alias.resolve(document);
      if (target !== undefined && !path.includes(target)) return undefined;
      const why = target === undefined ? 'stands for nothing above it' : 'is part of what it stands for';
      found = { offset: alias.range?.[0] ?? 0, text: `The alias *${alias.source} ${why}` };
      return visit.BREAK;
    },
  });
  return found;
}
