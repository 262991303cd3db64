export * from './nano-usd.ts';
