/**
 * The running ATM screen: events into the reducer, its intents to the terminal, its state to the shell. It alone knows
 * the characters of a password, and forgets them as soon as they are sent. Knows no socket and no process.
 *
 * @module
 */
import { unreachable } from '../../protocol/invariant.ts';
import type { BalancePush } from '../../protocol/messages.ts';
import type { Clock, TimerId } from '../../protocol/ports.ts';
import type { Cassette } from '../cassettes.ts';
import type { Shell, ShellOptions } from '../dashboard/shell.ts';
import type { ThemeName } from '../dashboard/theme.ts';
import { draw } from './draw.ts';
import { screenLook } from './paint.ts';
import { reduce } from './reduce.ts';
import { SecretBox } from './secret-box.ts';
import { type Asked, type AtmEvent, firstState, type Intent, type LinePhase, type World } from './state.ts';
import { askTeller, type Teller } from './teller.ts';

export interface AtmAppDeps {
  readonly clock: Clock;
  readonly teller: Teller;
  readonly line: () => LinePhase;
  readonly cassettes: readonly Cassette[];
  readonly openShell: (options: Pick<ShellOptions, 'ascii' | 'onKey' | 'onGone'>) => Shell;
  /** The screen has closed; called once. */
  readonly onClosed: (why: 'left' | 'gone') => void;
}

export interface AtmAppOptions {
  readonly terminal: string;
  readonly bank: string;
  readonly theme: ThemeName;
  readonly ascii: boolean;
}

export interface AtmApp {
  /** The bank says that a balance changed. */
  push(push: BalancePush): void;
  /** The line went up or down: look at once, not at the next tick. */
  lineChanged(): void;
  /** Gives the terminal back at once; for dying processes. */
  close(): void;
}

const TICK_MS = 100;

export function startAtmApp(deps: AtmAppDeps, options: AtmAppOptions): AtmApp {
  const { clock, teller } = deps;
  const look = screenLook(options.theme, options.ascii);
  const secrets = new SecretBox();
  const queue: Asked[] = [];
  let asking = false;
  let closed = false;
  let timer: TimerId | null = null;
  let state = firstState(options.terminal, options.bank, world());
  const shell = deps.openShell({
    ascii: options.ascii,
    onKey: (key, character) => handle({ type: 'key', key, character }),
    onGone: () => finish('gone'),
  });
  tick();
  return {
    push: (push) => handle({ type: 'push', push }),
    lineChanged: () => handle({ type: 'world', world: world() }),
    close,
  };

  function world(): World {
    return {
      nowMs: clock.now(),
      line: deps.line(),
      ready: teller.ready && !asking,
      stage: teller.stage,
      cassettes: deps.cassettes,
    };
  }

  function tick(): void {
    if (closed) return;
    timer = clock.setTimeout(tick, TICK_MS);
    handle({ type: 'world', world: world() });
  }

  function handle(event: AtmEvent): void {
    if (closed) return;
    const { state: next, intents } = reduce(state, event);
    state = next;
    for (const intent of intents) perform(intent);
    if (!closed) shell.paint((surface) => draw(state, surface, look));
  }

  function perform(intent: Intent): void {
    switch (intent.do) {
      case 'ask':
        queue.push(intent.asked);
        return askNext();
      case 'typeSecret':
        return secrets.edit(intent.field, intent.edit);
      case 'forgetSecrets':
        return secrets.forget();
      case 'giveUp':
        return teller.giveUp();
      case 'leave':
        return finish('left');
      default:
        return unreachable(intent);
    }
  }

  function askNext(): void {
    const asked = asking ? undefined : queue.shift();
    if (!asked) return;
    asking = true;
    askTeller({ teller, secrets }, asked, (event) => {
      asking = false;
      // Its own turn: an answer may come within the call that asked.
      clock.setTimeout(() => {
        handle({ type: 'world', world: world() });
        handle(event);
        askNext();
      }, 0);
    });
  }

  function finish(why: 'left' | 'gone'): void {
    if (closed) return;
    close();
    deps.onClosed(why);
  }

  function close(): void {
    closed = true;
    secrets.forget();
    if (timer !== null) clock.clearTimeout(timer);
    shell.close();
  }
}
