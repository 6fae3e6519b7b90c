"""What tells whether the hub is well: looked at by ``hub doctor`` and by the running web. Changes nothing."""
