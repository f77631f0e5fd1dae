"""Platform adapters: each folder speaks one platform and nothing else."""
