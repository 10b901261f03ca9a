"""How AWS's clients speak: shapes and their constraints, protocols, signatures, errors."""
