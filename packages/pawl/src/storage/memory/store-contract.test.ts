import { exerciseStore } from '../contract/index.ts';
import { createMemoryStore } from './index.ts';

exerciseStore({ name: 'memory', open: async (clock) => createMemoryStore({ clock }) });
