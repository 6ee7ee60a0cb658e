def build(seed):
    return []
