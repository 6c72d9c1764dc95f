# SPDX-License-Identifier: Apache-2.0
# The structs of a config (ttypes).
