"""The compiled workload: types and layouts, lowering from SSA, builder, text form."""
