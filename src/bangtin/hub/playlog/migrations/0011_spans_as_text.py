from django.db import migrations

import bangtin.hub.playlog.models


class Migration(migrations.Migration):

    dependencies = [
        ('playlog', '0010_records_without_lookups'),
    ]

    operations = [
        migrations.AlterField(
            model_name='onair',
            name='spans',
            field=bangtin.hub.playlog.models.Spans(default=list),
        ),
    ]
