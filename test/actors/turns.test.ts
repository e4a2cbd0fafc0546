import test from 'ava';
import { Turns } from '../../actors/turns.ts';

test('one name goes on in turn, another beside it, and a turn that is over is forgotten', (t) => {
  const turns = new Turns();
  const begun: string[] = [];
  const overs = new Map<string, () => void>();
  const take = (name: string, id: string) =>
    turns.take(name, (over) => {
      begun.push(id);
      overs.set(id, over);
    });
  take('alice', 'a1');
  take('alice', 'a2');
  take('alice', 'a3');
  take('bob', 'b1');
  t.deepEqual(begun, ['a1', 'b1']);
  overs.get('a1')?.();
  t.deepEqual(begun, ['a1', 'b1', 'a2']);
  overs.get('b1')?.();
  overs.get('a2')?.();
  overs.get('a3')?.();
  take('alice', 'a4');
  take('bob', 'b2');
  t.deepEqual(begun, ['a1', 'b1', 'a2', 'a3', 'a4', 'b2']);
});
