import { Logger } from '@nestjs/common';
import { createApp } from './create-app.js';

async function bootstrap() {
  const app = await createApp();
  await app.listen(process.env.PORT ?? 3000);
  new Logger('Clinic').log(`listening on ${await app.getUrl()}`);
}
await bootstrap();
