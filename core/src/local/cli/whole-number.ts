import { InvalidArgumentError } from 'commander';

/** For an option that counts something. */
export function wholeNumber(limits: {
  readonly min: number;
  readonly max: number;
}): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < limits.min || value > limits.max) {
      throw new InvalidArgumentError(`It must be a whole number from ${limits.min} to ${limits.max}.`);
    }
    return value;
  };
}
