/** Tests run on what `tsc` wrote, the same files a consumer loads. */
export default {
  rootDir: '../dist/test',
  testMatch: ['**/*.test.js'],
  transform: {},
  testTimeout: 60_000,
  maxWorkers: 2,
};
