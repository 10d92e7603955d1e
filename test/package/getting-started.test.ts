import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { emptyDatabase } from '../support/database.js';
import type { TestDatabase } from '../support/database.js';
import { stepsOf, withoutUuids } from './getting-started/page.js';
import { FollowedProject } from './getting-started/project.js';
import { describeWhere } from '../support/conditions.js';
import { isPacked } from './installation.js';
import { root } from './manifest.js';

const title = 'a reader who follows the page that gets them started';
const perTest = 600_000;

describeWhere(await isPacked(), 'packed application')(title, () => {
  const page = readFileSync(join(root, 'docs/getting-started.md'), 'utf8');
  let database: TestDatabase;
  let project: FollowedProject;
  beforeAll(async () => {
    database = await emptyDatabase();
    project = await FollowedProject.begin(database.url);
  }, perTest);
  afterAll(async () => {
    await project?.end();
    await database?.drop();
  }, perTest);

  test(
    'gets an application with the answers of the page, and an end-to-end test that passes',
    async () => {
      let printed = '';
      for (const step of stepsOf(page)) {
        if (step.kind === 'file') {
          project.write(step.path, step.text);
          continue;
        }
        printed = await project.do(step.line);
        if (step.answer === undefined) continue;
        expect(withoutUuids(JSON.parse(printed))).toEqual(withoutUuids(step.answer));
      }
      expect(printed).toMatch(/Tests +3 passed/);
    },
    perTest,
  );
});
