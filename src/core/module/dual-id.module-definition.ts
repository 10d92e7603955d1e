import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { DualIdModuleOptions } from './dual-id-options.js';
import { DUAL_ID_OPTIONS } from './dual-id-options.js';

export const { ConfigurableModuleClass, OPTIONS_TYPE, ASYNC_OPTIONS_TYPE } =
  new ConfigurableModuleBuilder<DualIdModuleOptions>({ optionsInjectionToken: DUAL_ID_OPTIONS })
    .setClassMethodName('forRoot')
    .build();
