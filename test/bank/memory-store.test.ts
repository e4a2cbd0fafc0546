import test from 'ava';
import { storeConformance } from '../conformance/store.ts';
import { MemoryStore } from '../helpers/memory-store.ts';

storeConformance(test, 'memory', () => ({ store: new MemoryStore() }));
