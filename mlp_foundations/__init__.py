__version__ = "0.2.0"

import os, sys

if 'IN_TEST' in os.environ:  # nbdev_test runs a page per core: more threads than one would only wait for one another
    os.environ.setdefault('OMP_NUM_THREADS', '1')
    if 'torch' in sys.modules: sys.modules['torch'].set_num_threads(1)
