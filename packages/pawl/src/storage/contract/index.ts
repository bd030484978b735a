export { exerciseStore, type StoreFixture } from './exercise-store.ts';
