import { AsyncLocalStorage } from 'node:async_hooks';
import { Computed, DualId, DualIdEntity, Field, Many, View } from 'nest-dual-id';
import type { JsonSchema, PublicId } from 'nest-dual-id';
import { Column, JoinColumn, ManyToOne } from 'typeorm';

/** The application's own context, as nestjs-cls keeps it. */
export const tenant = new AsyncLocalStorage<string>();
const currentTenant = () => tenant.getStore() ?? 'nobody';

/** Stores who writes, and shows who reads. */
const perTenant = {
  to: (value: string) => `${currentTenant()} wrote ${value}`,
  from: (value: string) => `${value}, ${currentTenant()} reads`,
};

@DualId({ table: 'stations', type: 930 })
export class Station extends DualIdEntity {
  @Column('text') name!: string;
}

/** Its rows can hold what JSON cannot. */
@DualId({ table: 'meters', type: 931 })
export class Meter extends DualIdEntity {
  @Column('text') name!: string;
  @Column({ type: 'text', nullable: true, transformer: perTenant }) secret!: string | null;
  @Column({ type: 'integer', default: 1 }) divisor!: number;
  @Column({ type: 'timestamptz', nullable: true }) until!: Date | null;
  @Column({ type: 'timestamptz', array: true, nullable: true }) moments!: Date[] | null;
  @Column({ type: 'date', nullable: true }) day!: string | null;
  @Column({ type: 'float8', default: 0 }) ratio!: number;
  @Column({ type: 'numeric', nullable: true }) amount!: string | null;
  @Column({ type: 'bigint', default: 0 }) total!: string;
  @Column({ type: 'integer', array: true, nullable: true }) steps!: number[] | null;
  @Column({ type: 'jsonb', default: { theme: 'light' } }) settings!: object;
  @ManyToOne(() => Station, { onDelete: 'CASCADE' }) @JoinColumn() station!: Station | null;
}

@DualId({ table: 'readings' })
export class Reading extends DualIdEntity {
  @ManyToOne(() => Meter, { onDelete: 'CASCADE', nullable: false }) @JoinColumn() meter!: Meter;
}

/** Everything the stations' data source maps. */
export const stationEntities = [Station, Meter, Reading];

@View(Station)
export class StationView {
  @Field() uuid!: PublicId<Station>;
  @Field() name!: string;
}

@View(Meter, { sort: ['name'] })
export class MeterView {
  @Field() uuid!: PublicId<Meter>;
  @Field() name!: string;
}

@View(Meter, { sort: ['name'] })
export class SecretView extends MeterView {
  @Field({ schema: { type: ['string', 'null'] } }) secret!: string | null;
}

@View(Meter, { sort: ['name'] })
export class RatioView extends MeterView {
  @Computed({ type: 'integer' }, (meter) => `100 / ${meter('divisor')}`) percent!: number;
}

@View(Meter, { sort: ['name'] })
export class ValuesView extends MeterView {
  @Field() until!: Date | null;
  @Field() moments!: Date[] | null;
  @Field() day!: string | null;
  @Field() ratio!: number | null;
  @Field() amount!: string | null;
  @Field() steps!: number[] | null;
  @Computed({ type: ['string', 'null'], format: 'date-time' }, (meter) => meter('until'))
  end!: Date | null;
}

@View(Meter, { sort: ['name'] })
export class TotalView extends MeterView {
  @Computed({ type: ['integer', 'null'] }, (meter) => meter('total')) sum!: number | null;
}

@View(Meter, { sort: ['name'] })
export class PartsView extends TotalView {
  @Computed(
    { type: ['object', 'null'], properties: { sum: { type: 'integer' } } },
    (meter) => `json_build_object('sum', ${meter('total')})`,
  )
  parts!: object | null;
}

const theme: JsonSchema = {
  type: 'object',
  properties: { theme: { type: 'string' }, sizes: { type: 'array', items: { type: 'integer' } } },
  required: ['theme'],
};

@View(Meter, { sort: ['name'] })
export class SettingsView extends MeterView {
  @Field({ schema: theme }) settings!: object | null;
}

@View(Station)
export class StationMetersView extends StationView {
  @Many(() => SettingsView, 'station', { orderBy: 'name' }) meters!: SettingsView[];
}

@View(Reading)
export class ReadingView {
  @Field() uuid!: PublicId<Reading>;
  @Field(() => SettingsView) meter!: SettingsView;
}
