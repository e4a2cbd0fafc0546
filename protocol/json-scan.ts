/**
 * What `JSON.parse` lets pass and ATMB/1 does not (PROTOCOL §7): a key twice in one object, and numbers that are not
 * plain integers (`1.0`, `1e3`, `-0`).
 *
 * @module
 */

/** @param text valid JSON; for other texts the answer means nothing. Takes linear time and no recursion. */
export function isStrictJson(text: string): boolean {
  /** Keys so far of each open object; null for an open array. */
  const open: (Set<string> | null)[] = [];
  for (const [token, , key] of text.matchAll(TOKEN)) {
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(null);
    else if (token === '}' || token === ']') open.pop();
    else if (key !== undefined) {
      const keys = open.at(-1);
      const name: string = JSON.parse(key);
      if (keys?.has(name)) return false;
      keys?.add(name);
    } else if (!token.startsWith('"') && !INTEGER.test(token)) return false;
  }
  return true;
}

/** A bracket; a string, which is a key when a colon follows; a number. */
const TOKEN = /[{}[\]]|(("(?:[^"\\]|\\.)*")\s*:)|"(?:[^"\\]|\\.)*"|-?[0-9][0-9.eE+-]*/g;
const INTEGER = /^(?:0|-?[1-9][0-9]*)$/;
