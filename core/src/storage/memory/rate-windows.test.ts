import { describeRateWindows } from '../contract-suites/rate-windows-suite.ts';
import { createMemoryRateWindows } from './rate-windows.ts';

describeRateWindows('memory', createMemoryRateWindows);
