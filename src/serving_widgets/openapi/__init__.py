"""Between data and the service: request bodies out of tables, tables out of answers. Pure."""
