import { defineDualIdConfig, dualIdDataSource } from 'nest-dual-id';
import { Invoice } from './invoices/invoice.entity.js';
import { CreateInvoices1800000000000 } from './migrations/1800000000000-create-invoices.js';

export const dataSourceOptions = (url: string) =>
  dualIdDataSource({ url, entities: [Invoice], migrations: [CreateInvoices1800000000000] });

export const config = defineDualIdConfig({ dataSource: dataSourceOptions });
