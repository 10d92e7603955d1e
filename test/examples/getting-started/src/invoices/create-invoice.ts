import { IsString, MaxLength } from 'class-validator';

export class CreateInvoice {
  @IsString() @MaxLength(40) number!: string;
}
