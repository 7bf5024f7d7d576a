"""What can be asked of an index on a terminal?"""
