/**
 * Messages to the JSON text that the decoders of the other side take (PROTOCOL §7), fields in the order of their
 * table. What is encoded is our own, so it is not checked here.
 *
 * @module
 */
import type { BankMessage, Request } from './messages.ts';
import { BANK_STRUCTS, REQUEST_STRUCTS, type Struct } from './shapes.ts';

export const encodeRequest = (request: Request): string =>
  encodeMessage(REQUEST_STRUCTS[request.type] as Struct<Request>, request);

export const encodeBankMessage = (message: BankMessage): string =>
  encodeMessage(BANK_STRUCTS[message.type] as Struct<BankMessage>, message);

const encodeMessage = <T>(struct: Struct<T>, message: T): string => JSON.stringify(struct.encode(message));
