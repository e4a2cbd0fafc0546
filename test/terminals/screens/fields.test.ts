import test from 'ava';
import fc from 'fast-check';
import { cents, ZERO } from '../../../protocol/money.ts';
import {
  answer,
  editAmount,
  editSecret,
  editText,
  emptyText,
  NAME,
  type TextField,
} from '../../../terminals/screens/fields.ts';
import { SecretBox } from '../../../terminals/screens/secret-box.ts';
import { keys } from '../../helpers/atm-fixture.ts';

const presses = (text: string) => keys(text).flatMap((event) => (event.type === 'key' ? [event] : []));

const edits = test.macro({
  title: (_, text, expected: TextField) => `typing ${text} makes ${JSON.stringify(expected)}`,
  exec(t, text: string, expected: TextField) {
    t.deepEqual(
      presses(text).reduce((field: TextField, press) => editText(field, press, NAME), emptyText),
      expected,
    );
  },
});
test(edits, 'ann', { text: 'ann', cursor: 3 });
test(edits, 'abc<left>X', { text: 'abXc', cursor: 3 });
test(edits, 'abc<home><delete>', { text: 'bc', cursor: 0 });
test(edits, 'abc<home><left><right>x<end>y', { text: 'axbcy', cursor: 5 });
test(edits, 'abc<left><backspace>', { text: 'ac', cursor: 1 });
test(edits, '<backspace><delete><left><right>', emptyText);
test(edits, 'abc<C-u>d', { text: 'd', cursor: 1 });
test(edits, 'a b\u001bc/<f5>é', { text: 'abc', cursor: 3 });
test(edits, 'x'.repeat(40), { text: 'x'.repeat(32), cursor: 32 });

const amounts = test.macro({
  title: (_, text, expected) => `an amount typed ${text} is ${expected}`,
  exec(t, text: string, expected: number) {
    t.is(
      presses(text).reduce((amount, press) => editAmount(amount, press), ZERO),
      cents(expected),
    );
  },
});
test(amounts, '4500', 45_00);
test(amounts, '4500<backspace>', 4_50);
test(amounts, '45x.<left>00', 45_00);
test(amounts, '45<C-u>7', 7);
test(amounts, '<backspace>', 0);
test(amounts, '9'.repeat(30), 99_999_999_999_999);

test('a secret as it was typed is the one that is read, and only its length is known outside', (t) => {
  const character = fc.oneof(
    fc.constantFrom('<back>', '<clear>'),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
  );
  fc.assert(
    fc.property(fc.array(character, { maxLength: 160 }), (script) => {
      const box = new SecretBox();
      const model: string[] = [];
      let length = 0;
      for (const what of script) {
        const key = what === '<back>' ? 'backspace' : what === '<clear>' ? 'C-u' : what;
        const edited = editSecret(length, { key, character: key === what ? what : '' });
        if (edited === null) continue;
        if (key === 'backspace') model.pop();
        else if (key === 'C-u') model.length = 0;
        else model.push(what);
        box.edit('password', edited.edit);
        length = edited.length;
        t.is(length, model.length);
      }
      box.spend((read) => t.is(read('password'), model.join('')));
      box.spend((read) => t.is(read('password'), ''));
    }),
  );
});

test('a question is answered No by Enter, Esc and n, and Yes only on purpose', (t) => {
  const say = (text: string) => {
    let marked: 'yes' | 'no' = 'no';
    for (const press of presses(text)) {
      const said = answer(marked, press);
      if ('answer' in said) return said.answer;
      marked = said.marked;
    }
    return marked === 'no' ? 'open, no' : 'open, yes';
  };
  t.is(say('<enter>'), 'no');
  t.is(say('<escape>'), 'no');
  t.is(say('n'), 'no');
  t.is(say('y'), 'yes');
  t.is(say('<left><enter>'), 'yes');
  t.is(say('<tab><tab><enter>'), 'no');
  t.is(say('x5'), 'open, no');
});
