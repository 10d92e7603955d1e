import { ConfigurableModuleBuilder } from '@nestjs/common';
import { dataSourceProvider } from '../database/data-source.provider.js';
import type { DualIdModuleOptions } from '../options/module-options.js';
import { DUAL_ID_OPTIONS } from '../options/module-options.js';

/** What must be known before the options are; `forRootAsync` also takes it, next to its factory. */
const noExtras: {
  /** Name of the TypeORM data source that the module is for; the unnamed one by default. */
  dataSource?: string | undefined;
} = { dataSource: undefined };

export const { ConfigurableModuleClass, OPTIONS_TYPE, ASYNC_OPTIONS_TYPE } =
  new ConfigurableModuleBuilder<DualIdModuleOptions>({ optionsInjectionToken: DUAL_ID_OPTIONS })
    .setClassMethodName('forRoot')
    .setExtras(noExtras, ({ providers = [], ...definition }, { dataSource }) => ({
      ...definition,
      providers: [...providers, dataSourceProvider(dataSource)],
    }))
    .build();
