"""Stand-in for one thing that suites ask of the internet: the machine's own address.

Python imports this module by itself when its folder is on PYTHONPATH. Only `get_external_ip` is answered, with the
address that BT_AXON_EXTERNAL_IP names; everything else is the SDK's own.
"""

import importlib.abc
import importlib.util
import os
import sys

MODULE = "bittensor.utils.networking"


class _Finder(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name != MODULE:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        load = spec.loader.exec_module

        def exec_module(module):
            load(module)
            module.get_external_ip = lambda: os.environ["BT_AXON_EXTERNAL_IP"]

        spec.loader.exec_module = exec_module
        return spec


if os.environ.get("BT_AXON_EXTERNAL_IP"):
    sys.meta_path.insert(0, _Finder())
