/**
 * INTEGRITY and REPLAY between the ends: a terminal sends what its host issued, the bank carries out what that terminal
 * sent on that session and for whom it is logged in there, the terminal believes what the bank answered to that
 * request; each of them at most once.
 *
 * The bank's front is deterministic: a message is submitted within the step in which its record arrives, and tries of one
 * customer's password in the order in which they came, so the line of a command is that of the message heard for it.
 *
 * @module
 */
import type { Outgoing } from '../../../actors/terminal-link-port.ts';
import type { Command } from '../../../bank/commands.ts';
import type { TerminalId } from '../../../protocol/ids.ts';
import type { Reply } from '../../../protocol/messages.ts';
import type { Observation } from '../observation.ts';
import type { Listener, Utterance } from './eavesdropper.ts';
import type { Judge } from './judge.ts';
import { isSame } from './same.ts';
import type { Message } from './view.ts';
import { Whose } from './whose.ts';

/** What was said of one kind, newest last; what is used leaves. */
type Waiting = Map<TerminalId, { readonly line: string; readonly message: Message }[]>;

export class Integrity implements Listener {
  readonly #judge: Judge;
  readonly #whose: Whose;
  /** Issued and not yet on the wire. */
  readonly #issued = new Map<TerminalId, Outgoing[]>();
  /** What a terminal asked on a line, by number. */
  readonly #asked = new Map<string, Map<unknown, Message>>();
  readonly #askedBy = new Map<TerminalId, Message[]>();
  readonly #answered = new Map<string, Set<unknown>>();
  readonly #toSubmit: Waiting = new Map();
  readonly #toBelieve: Waiting = new Map();
  /** Audit records of all that was answered: each is on disk. */
  #audits = 0;
  /** The first answer with a head that does not cover it; told at the end, for what lies behind it may have a better name. */
  #staleHead: string | null = null;
  /** What was carried out or believed, and what arrived out of its place: once more is a replay. */
  readonly #spent = new Map<TerminalId, Message[]>();

  constructor(judge: Judge) {
    this.#judge = judge;
    this.#whose = new Whose(judge);
  }

  see(observation: Observation): void {
    switch (observation.type) {
      case 'issued':
        listOf(this.#issued, observation.terminal).push(observation.request);
        break;
      case 'believed':
        if (observation.reply === 'lost')
          remove(listOf(this.#issued, observation.terminal), observation.request);
        else this.#believe(observation.terminal, observation.request, observation.reply);
        break;
      case 'submitted':
        this.#submitted(observation.command);
        break;
      case 'closed':
        if (observation.side === 'bank') this.#whose.closed(observation.line);
        break;
      case 'decided':
        if (observation.decision.audit) this.#audits += 1;
        this.#whose.decided(observation.command, observation.decision);
        break;
    }
  }

  finish(): void {
    if (this.#staleHead !== null) this.#judge.fail('AUDIT', this.#staleHead);
    this.#staleHead = null;
  }

  said({ from, line, terminal, message }: Utterance): void {
    if (from === 'bank') {
      this.#answer(line, message);
      return;
    }
    const asked = this.#asked.get(line) ?? new Map<unknown, Message>();
    this.#asked.set(line, asked);
    asked.set(message['rid'], message);
    const before = listOf(this.#askedBy, terminal);
    // The link's own sign of life; its host issues none.
    if (message['type'] !== 'echo') {
      const issued = listOf(this.#issued, terminal);
      const found = issued.find((request) => isSame(message, request, 'rid'));
      if (found) remove(issued, found);
      const isAgain = () => before.some((one) => isSame({ ...one, rid: 0 }, { ...message, rid: 0 }));
      this.#judge.check(
        found || !isAgain() ? 'INTEGRITY' : 'REPLAY',
        found !== undefined,
        () => `${terminal} sent a ${message['type']} that was not issued`,
      );
    }
    before.push(message);
  }

  heard({ from, line, terminal, message }: Utterance): void {
    const waiting = from === 'bank' ? this.#toBelieve : this.#toSubmit;
    if (message['type'] === 'reply' || (from === 'terminal' && message['type'] !== 'echo'))
      listOf(waiting, terminal).push({ line, message });
  }

  strayed({ terminal, message }: Utterance): void {
    listOf(this.#spent, terminal).push(message);
  }

  /** Honest terminals write what can be read and number it upwards. */
  #answer(line: string, message: Message): void {
    if (message['type'] === 'balance') {
      this.#whose.pushed(line, String(message['account']));
      return;
    }
    if (message['type'] !== 'reply') return;
    const { rid } = message;
    const asked = this.#asked.get(line)?.get(rid);
    const what = `the bank's answer ${String(message['code'])} to request ${String(rid)} on ${line}`;
    if (!this.#judge.check('INTEGRITY', asked !== undefined, () => `${what}: nobody asked`)) return;
    const answered = this.#answered.get(line) ?? new Set();
    this.#answered.set(line, answered);
    const isFirst = !answered.has(rid) && message['code'] !== 'FORMAT_ERROR';
    this.#judge.check('REPLAY', isFirst, () => `${what}: it has read the request twice`);
    answered.add(rid);
    const head = message['audit'] as { readonly seq?: unknown } | undefined;
    if (typeof head?.seq === 'number' && head.seq >= this.#audits)
      this.#judge.check('AUDIT', true, () => what);
    else
      this.#staleHead ??= `${what} has the head ${String(head?.seq)} of a trail of ${this.#audits} records`;
  }

  #submitted(command: Command): void {
    if (command.type === 'addCustomer') return;
    if (command.type !== 'request' && command.type !== 'loginBegin' && command.type !== 'passwordBegin')
      return;
    const { origin, request } = command;
    const { terminal } = origin;
    const waiting = listOf(this.#toSubmit, terminal);
    const found = waiting.find(({ message }) => isSame(message, request));
    const what = `a ${request.type} of ${terminal}`;
    if (!found) {
      const isAgain = listOf(this.#spent, terminal).some((message) => isSame(message, request));
      if (isAgain) this.#judge.fail('REPLAY', `the bank carries out ${what} once more than it was sent`);
      else this.#judge.fail('INTEGRITY', `the bank carries out ${what} that it did not send`);
      return;
    }
    this.#judge.check('REPLAY', true, () => what);
    remove(waiting, found);
    listOf(this.#spent, terminal).push(found.message);
    this.#whose.submitted({ line: found.line, origin, request });
  }

  #believe(terminal: TerminalId, request: Outgoing, reply: Reply): void {
    const what = `${terminal} believes ${reply.code} to a ${request.type}`;
    const isIt = ({ message }: { message: Message }) => isSame(message, reply);
    const isMine = ({ line, message }: { line: string; message: Message }) =>
      isSame(this.#asked.get(line)?.get(message['rid']), request, 'rid');
    const waiting = listOf(this.#toBelieve, terminal);
    const found = waiting.find((one) => isIt(one) && isMine(one)) ?? waiting.find(isIt);
    if (!found) {
      const isAgain = listOf(this.#spent, terminal).some((message) => isSame(message, reply));
      if (isAgain) this.#judge.fail('REPLAY', `${what}, once more than the bank said it`);
      else this.#judge.fail('INTEGRITY', `${what}, which the bank did not say`);
      return;
    }
    this.#judge.check('REPLAY', true, () => what);
    this.#judge.check('INTEGRITY', isMine(found), () => `${what}, which answers another request`);
    remove(waiting, found);
    listOf(this.#spent, terminal).push(found.message);
  }
}

function listOf<K, T>(lists: Map<K, T[]>, key: K): T[] {
  const known = lists.get(key);
  if (known) return known;
  const list: T[] = [];
  lists.set(key, list);
  return list;
}

function remove<T>(list: T[], item: T): void {
  const at = list.indexOf(item);
  if (at >= 0) list.splice(at, 1);
}
