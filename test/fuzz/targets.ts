/**
 * Everything that decodes what a stranger wrote, HTTP apart (`http-fuzz.ts`).
 *
 * @module
 */
import { MESSAGE_TARGETS } from './message-targets.ts';
import { SCENARIO_TARGET } from './scenario-target.ts';
import type { Target } from './target.ts';
import { WIRE_TARGETS } from './wire-targets.ts';

export const TARGETS: readonly Target[] = [...WIRE_TARGETS, ...MESSAGE_TARGETS, SCENARIO_TARGET];
