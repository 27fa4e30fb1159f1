"""Results files: schema, collection from an ended ensemble, writer, reader."""
