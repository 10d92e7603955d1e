import { ConfigurableModuleBuilder } from '@nestjs/common';
import { dataSourceProvider } from '../database/data-source.provider.js';
import type { DualIdModuleOptions } from './dual-id-options.js';
import { DUAL_ID_OPTIONS } from './dual-id-options.js';

/** What has to be known before the options are: also `forRootAsync` takes it beside its factory. */
const noExtras: {
  /** Name of the TypeORM data source that the module is for; the one without a name by default. */
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
