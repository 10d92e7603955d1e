import { defineDualIdConfig, dualIdDataSource } from 'nest-dual-id';
import { entities, PaperView, WriterView } from './archive.js';

export const config = defineDualIdConfig({
  dataSource: (url) => dualIdDataSource({ url, entities }),
  history: [PaperView, WriterView],
});
