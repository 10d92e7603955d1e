import { IsString, Length } from 'class-validator';

export class CreateSpecialityDto {
  @IsString()
  @Length(1, 100)
  name: string;
}
