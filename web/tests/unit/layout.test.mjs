import assert from 'node:assert/strict';
import { test } from 'node:test';
import { layoutStage } from '../../src/layout.js';
import { boxes, touch } from '../../src/layout/boxes.js';

const SIZES = [
  [1280, 800], [1280, 520], [390, 700], [390, 420], [600, 255], [320, 300], [820, 520],
  [1920, 900], [3840, 1900],
];
const COUNTS = [1, 2, 3, 4, 5, 6, 7, 9, 13, 25];

for (const [width, height] of SIZES) {
  test(`on ${width}×${height} nothing touches anything`, () => {
    for (const servers of COUNTS) {
      for (const clients of [0, 1, 2, 3, 5, 9]) {
        // On a stamp a large crowd may be a crowd.
        if (height <= 300 && (clients > 2 || (width < 400 && servers > 13))) continue;
        if (height <= 420 && clients > 3 && servers > 13) continue;
        const what = `${servers} servers, ${clients} clients`;
        const layout = layoutStage({ width, height, servers, clients });
        assert.equal(layout.servers.length, servers);
        assert.equal(layout.clients.length, clients);
        const all = boxes(layout);
        for (const [i, one] of all.entries()) {
          const { owner, box } = one;
          const inside = box.left >= 0 && box.top >= 0
            && box.right <= layout.width && box.bottom <= layout.height;
          assert.ok(inside, `${what}: ${owner} is on the stage`);
          for (const other of all.slice(i + 1)) {
            assert.ok(!touch(one, other), `${what}: ${owner} and ${other.owner}`);
          }
        }
      }
    }
  });
}

test('whatever the size, everything has a target of 24 px', () => {
  for (const [width, height] of SIZES) {
    for (const servers of COUNTS) {
      const layout = layoutStage({ width, height, servers, clients: 2 });
      assert.ok(layout.scale >= 1);
      for (const seat of layout.servers) assert.ok(seat.rim * 2 >= 24);
      for (const seat of layout.clients) assert.ok(seat.height >= 24);
    }
  }
});

test('five servers on a desktop are as in the look', () => {
  const layout = layoutStage({ width: 1280, height: 520, servers: 5, clients: 1 });
  assert.equal(layout.detail, 'full');
  assert.equal(layout.r, 44);
  const [first, second, , , fifth] = layout.servers;
  assert.ok(Math.abs(second.y - fifth.y) < 1e-6, 'upright');
  assert.ok(first.y < second.y && second.x > first.x, 'clockwise from the top');
});

test('a phone keeps the logs of five servers, and 25 servers keep their names', () => {
  const phone = { width: 390, height: 420, clients: 1 };
  assert.equal(layoutStage({ ...phone, servers: 5 }).detail, 'full');
  assert.equal(layoutStage({ ...phone, servers: 25 }).detail, 'inside');
});

test('a stage of no size is no accident', () => {
  for (const [width, height] of [[0, 0], [1, 1], [30, 400]]) {
    const layout = layoutStage({ width, height, servers: 5, clients: 2 });
    for (const { x, y } of [...layout.servers, ...layout.clients]) {
      assert.ok(Number.isFinite(x) && Number.isFinite(y));
    }
  }
});
