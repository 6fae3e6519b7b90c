import { expect, test, vi } from 'vitest';
import { OneAtATime } from './oneAtATime';

/** A reading whose end the test decides. */
function slow() {
  const ends: { well: () => void; badly: () => void }[] = [];
  const read = vi.fn(
    () => new Promise<void>((well, fail) => ends.push({ well, badly: () => fail(new Error('away')) })),
  );
  return { ends, read, reading: new OneAtATime(read) };
}

test('asked for many times while one is under way, it is done once more after it', async () => {
  const { ends, read, reading } = slow();
  const first = reading.run();
  const others = [reading.run(), reading.run()];
  expect(read).toHaveBeenCalledOnce();
  ends[0]?.well();
  await first;
  await vi.waitUntil(() => ends.length === 2);
  ends[1]?.well();
  await Promise.all(others);
  expect(read).toHaveBeenCalledTimes(2);
  void reading.run();
  expect(read).toHaveBeenCalledTimes(3);
});

test('one that fails is its own caller’s to know, and the next is done all the same', async () => {
  const { ends, reading } = slow();
  const first = expect(reading.run()).rejects.toThrow('away');
  const second = reading.run();
  ends[0]?.badly();
  await first;
  await vi.waitUntil(() => ends.length === 2);
  ends[1]?.well();
  await expect(second).resolves.toBeUndefined();
});
