import { readFileSync } from 'node:fs';
import test from 'ava';
import { pressKey } from '../../../terminals/dashboard/keys.ts';
import { CellSurface } from '../../../terminals/dashboard/surface.ts';
import { firstUiState, type KeyFacts, type UiState } from '../../../terminals/dashboard/ui-state.ts';
import { draw } from '../../../terminals/dashboard/view.ts';
import { controlled, fixtureModel, fixtureUi } from '../../helpers/dashboard-fixture.ts';

const FACTS: KeyFacts = {
  running: true,
  grid: { order: [0, 1, 2, 3, 4], perRow: 2, perPage: 2, isBad: (index) => index === 3 },
  errors: ['TIMEOUT', 'BUSY'],
  log: { numbers: [5, 4, 3, 2, 1], page: 2 },
  control: controlled(fixtureModel()).run.control ?? null,
  typed: '',
};

/** Where keys of the help are pressed; what dialogs ask for stands in them. */
const PLACES: readonly Partial<UiState>[] = [
  { cursor: 2, marked: new Set([1]) },
  { cursor: 2, zoomed: 2 },
  { cursor: 2, log: { terminal: 1, top: 4 } },
  { focus: 4, errorRow: 1 },
  { focus: 6 },
];

/** As blessed names a character. */
const keyOf = (character: string) => (/[A-Z]/.test(character) ? `S-${character.toLowerCase()}` : character);

/** Every printable character that does something somewhere. */
const useful = Array.from({ length: 94 }, (_, i) => String.fromCharCode(33 + i)).filter((character) =>
  PLACES.some((place) => {
    const state = { ...firstUiState('dark'), ...place };
    const after = pressKey(state, keyOf(character), { ...FACTS, typed: character });
    return after.effect !== 'none' || JSON.stringify(plain(after.state)) !== JSON.stringify(plain(state));
  }),
);

function plain(state: UiState) {
  return { ...state, marked: [...state.marked] };
}

/** Words that name the character: itself, or one of several together. */
const names = (words: readonly string[], character: string) =>
  words.some(
    (word) =>
      word === character ||
      (word === 'hjkl' && word.includes(character)) ||
      (word === '1-6' && /[1-6]/.test(character)),
  );

test('the help names every key that does something, on the smallest screen', (t) => {
  const surface = new CellSurface({ width: 80, height: 24, ascii: false });
  draw(fixtureModel(), surface, fixtureUi({ state: { dialog: 'help' } }));
  const words = surface.text().split(/[\s,│]+/);
  t.deepEqual(
    useful.filter((character) => !names(words, character)),
    [],
  );
  t.true(useful.length > 30);
});

test('docs/CLI.md names every key that does something', (t) => {
  const docs = readFileSync(new URL('../../../docs/CLI.md', import.meta.url), 'utf8');
  const table = /The dashboard's keys[\s\S]*?\n\n(\|[\s\S]*?)\n\n/.exec(docs)?.[1] ?? '';
  const columns = table.split('\n').map((row) => row.split('|')[1] ?? '');
  const words = columns.flatMap((column) =>
    [...column.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? ''),
  );
  const ranged = words.includes('1') && words.includes('6') ? [...words, '1-6'] : words;
  t.deepEqual(
    useful.filter((character) => !names(ranged, character)),
    [],
  );
});
