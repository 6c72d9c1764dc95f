# SPDX-License-Identifier: Apache-2.0
# The namespace of the configs; everything is in ai.chronon.
