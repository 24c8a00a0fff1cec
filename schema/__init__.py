"""What each role may ask: types, inputs, permissions, and the projection of the schema."""
